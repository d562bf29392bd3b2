"""Read survey files: one source per file, sheet or layer; rows stream, so memory stays flat."""
