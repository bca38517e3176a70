"""Says valid, invalid or cannot tell; shares no code with the makers."""
