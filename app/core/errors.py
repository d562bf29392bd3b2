"""The one error tree.

NetGridError
    InputError      422  the file or the request is wrong
    NotFoundError   404  no such thing, or not in the caller's area
    RuleError       409  the plant forbids it, or somebody was faster
    AccessError     403  the caller may not
    SystemFault     500  ours
"""


class NetGridError(Exception):
    """An error that a user can act on.

    Parameters
    ----------
    code
        Stable, upper case: ``STRAND_OCCUPIED``.
    message
        One plain sentence.
    subject
        Full code of the thing concerned.
    found, expected
        What was there, and what should have been.
    next_step
        What to do now.
    """

    status = 500

    def __init__(self, code, message, subject=None, found=None, expected=None, next_step=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.subject = subject
        self.found = found
        self.expected = expected
        self.next_step = next_step

    def __str__(self):
        text = f"{self.code}: {self.message}"
        if self.found is not None:
            text += f" (found: {self.found})"
        if self.expected is not None:
            text += f" (expected: {self.expected})"
        return f"{text}; {self.next_step}" if self.next_step else text

    def as_dict(self) -> dict:
        """The error as the API answers it."""
        names = ("code", "message", "subject", "found", "expected", "next_step")
        return {name: getattr(self, name) for name in names}


class InputError(NetGridError):
    status = 422


class NotFoundError(NetGridError):
    status = 404


class RuleError(NetGridError):
    status = 409


class AccessError(NetGridError):
    status = 403


class SystemFault(NetGridError):
    status = 500
