"""Read survey files: one source per file, sheet or layer; rows stream, so memory stays flat."""

from app.survey.readers.files import open_sources

__all__ = ["open_sources"]
