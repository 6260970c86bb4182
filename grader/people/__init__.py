"""People: how names and ids are compared, and who of one list is who of another."""
