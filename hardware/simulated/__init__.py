"""A shipped fake of every device, under the same interfaces as the real ones."""
