"""Tables of the people who may sign in, and of their attempts to do so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, Identity, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CATALOGUE, Base


class AppUser(Base):
    """A person who may sign in; never deleted, only switched off, because the journal names them."""

    __tablename__ = "app_user"
    __table_args__ = (
        CheckConstraint("role IN ('administrator','desk','viewer')", name="role_known"),
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
    session_no: Mapped[int] = mapped_column(Integer, nullable=False, server_default=text("1"))
    language: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


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
