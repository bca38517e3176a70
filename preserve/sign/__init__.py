"""The only place that touches a private key."""
