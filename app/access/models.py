"""Tables of the people who may sign in, and of their attempts to do so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.access.rules import ROLES, SCOPES
from app.core.database import CATALOGUE, Base


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """The check that a text column holds one of the words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=f"{column}_known")


class AppUser(Base):
    """A person who may sign in; never deleted, only switched off, because the journal names them."""

    __tablename__ = "app_user"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("length(btrim(login)) > 0", name="login_present"),
        {"info": CATALOGUE},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    login: Mapped[str] = mapped_column(Text, nullable=False)
    login_key: Mapped[str] = mapped_column(Text, nullable=False, unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, nullable=False)
    password_hash: Mapped[str] = mapped_column(Text, nullable=False)
    must_change_password: Mapped[bool] = mapped_column(Boolean, nullable=False, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, server_default=text("true"))
    is_everywhere: Mapped[bool] = mapped_column(Boolean, nullable=False, server_default=text("true"))
    session_no: Mapped[int] = mapped_column(Integer, nullable=False, server_default=text("1"))
    language: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UserArea(Base):
    """A place that a person may see: a region, or one of its grids with all inside it. Without a key to the grid, which may be made anew.

    Read only where the person is not everywhere; ``grid_code`` is empty for the whole region.
    """

    __tablename__ = "user_area"
    __table_args__ = {"info": CATALOGUE}

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    grid_code: Mapped[str] = mapped_column(Text, primary_key=True, server_default=text("''"))


class ApiToken(Base):
    """A token with which a program acts for a person, within the person's rights and area; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        one_of("scope", SCOPES),
        CheckConstraint("length(btrim(name)) > 0", name="name_present"),
        Index("ix_api_token_user_id", "user_id"),
        {"info": CATALOGUE},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scope: Mapped[str] = mapped_column(Text)
    is_everywhere: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TokenArea(Base):
    """A place that a token is narrowed to; read only where it is not everywhere that its person is."""

    __tablename__ = "token_area"
    __table_args__ = {"info": CATALOGUE}

    token_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True)
    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    grid_code: Mapped[str] = mapped_column(Text, primary_key=True, server_default=text("''"))


class LoginAttempt(Base):
    """One failed sign-in, kept in the database so that all web workers share one limit."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_login_key_at", "login_key", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
        {"info": CATALOGUE},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    login_key: Mapped[str] = mapped_column(Text, nullable=False)
    address: Mapped[str] = mapped_column(Text, nullable=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
