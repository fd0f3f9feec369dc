"""Who answers a query: the table, and services of AWS that search trails themselves."""
