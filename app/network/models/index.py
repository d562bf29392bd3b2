"""Where a code leads: every plate in the region, and the old names that still resolve."""
from sqlalchemy import BigInteger, Boolean, Index, PrimaryKeyConstraint, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base


class CodeIndex(Base):
    __tablename__ = "code_index"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "code_key", "kind", "id"),
        Index("ix_code_index_thing", "region_id", "kind", "id"),
        Index("ix_code_index_prefix", "region_id", "code_key", postgresql_ops={"code_key": "text_pattern_ops"}),
        Index("ix_code_index_part", "code_key", postgresql_using="gin", postgresql_ops={"code_key": "gin_trgm_ops"}),
        Index("ix_code_index_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    code_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    id: Mapped[int] = mapped_column(BigInteger)
    is_alias: Mapped[bool] = mapped_column(Boolean, server_default=false())
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
