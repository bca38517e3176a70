"""Evidence records of RFC 4998: the place is kept, the work comes with its own issue."""
