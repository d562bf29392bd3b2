"""The forms of the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


class LoginForm(FlaskForm):
    login = StringField(_("User name"), validators=[InputRequired(_("Please fill in this field.")), Length(max=200)])
    password = PasswordField(_("Password"), validators=[InputRequired(_("Please fill in this field.")), Length(max=256)])


class PasswordForm(FlaskForm):
    old = PasswordField(_("Current password"), validators=[InputRequired(_("Please fill in this field.")), Length(max=256)])
    new = PasswordField(_("New password"), validators=[InputRequired(_("Please fill in this field.")), Length(max=256)])
    again = PasswordField(_("New password, again"), validators=[EqualTo("new", _("The two new passwords differ."))])
