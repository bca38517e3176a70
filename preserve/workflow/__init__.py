"""Orders the steps of one act that a person performs, one file per act."""
