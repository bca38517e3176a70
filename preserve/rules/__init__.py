"""Pure functions of policy, facts and a date: no I/O, no clock."""
