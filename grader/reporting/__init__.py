"""Views of a `GradeReport`: pages, the terminal table, exports. Pure functions of the report."""
