"""Reading what students write: sentences, topics, quantities and names, for checks of every kind."""
