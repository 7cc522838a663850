"""What can go wrong in the store.

StoreError
  RequestError                 what was asked does not fit what is there; a ValueError too
    NotFoundError              no such object
    AlreadyExistsError         the identifier is taken
    SubmittedError             the claim went out, so it is neither changed nor decided again
    StaleVersionError          somebody else changed the object first
    MismatchError              the parts given do not belong together
    InvalidCursorError         a paging cursor that the store did not write
    LevelError                 a family of codes can't be given this level of autonomy now
    IdempotencyConflictError   the key was used for another request
    SignInError                name and password open nothing; never says which part was wrong
    UnsupportedDatabaseError   neither SQLite in a file nor PostgreSQL
    NewerDatabaseError         the database was migrated by a newer release
  DatabaseError                the database refused or failed

Messages name kinds and identifiers, never notes, names of patients or values of a row.
"""


class StoreError(Exception):
    """Base of all errors of the store."""


class RequestError(StoreError, ValueError):
    """Base of what the caller can put right."""


class NotFoundError(RequestError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"there is no such {kind}")


class AlreadyExistsError(RequestError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"this {kind} is stored already")


class SubmittedError(RequestError):
    def __init__(self) -> None:
        super().__init__("a submitted claim is corrected by a new claim")


class NotDeniedError(RequestError):
    def __init__(self) -> None:
        super().__init__("nothing of this claim stands denied by the payer's answers that are posted")


class StaleVersionError(RequestError):
    def __init__(self, *, expected: int, current: int) -> None:
        super().__init__(f"version {expected} was expected, {current} is current")
        self.expected = expected
        self.current = current


class MismatchError(RequestError):
    """The message says what does not fit."""


class InvalidCursorError(RequestError):
    def __init__(self) -> None:
        super().__init__("this is not a cursor of this list")


class LevelError(RequestError):
    """The message says what is missing."""


class IdempotencyConflictError(RequestError):
    def __init__(self) -> None:
        super().__init__("the idempotency key was used for another request")


class SignInError(RequestError):
    def __init__(self) -> None:
        super().__init__("the name or the password is wrong")


class UnsupportedDatabaseError(RequestError):
    def __init__(self) -> None:
        super().__init__("the database is SQLite in a file or PostgreSQL: sqlite:///PATH or postgresql://HOST/NAME")


class NewerDatabaseError(RequestError):
    def __init__(self) -> None:
        super().__init__("the database belongs to a newer release of chartcode")


class DatabaseError(StoreError):
    """The driver's own message may quote a row, so only the kind of failure is told."""
