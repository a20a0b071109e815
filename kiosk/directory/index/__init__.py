"""The terminal's own index of a bundle: built from it, proved, swapped in, and made again when it is damaged."""
