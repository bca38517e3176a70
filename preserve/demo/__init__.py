"""Makes a made-up school, its keys and its authorities."""
