"""A venue is a folder: reading it, its look, its texts, and every fault of its files at once."""
