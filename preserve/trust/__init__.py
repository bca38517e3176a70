"""Holds trust anchors and revocation material, and talks to time-stamping authorities."""
