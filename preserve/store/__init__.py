"""Places a bundle on a medium and reads it back."""
