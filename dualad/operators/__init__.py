"""What users call: seed, call, extract."""
