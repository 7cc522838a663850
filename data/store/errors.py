"""What can go wrong in the store.

StoreError
  NotFoundError              no such object
  AlreadyExistsError         the identifier is taken
  StaleVersionError          somebody else changed the object first
  MismatchError              the parts given do not belong together
  InvalidCursorError         a paging cursor that the store did not write
  IdempotencyConflictError   the key was used for another request
  SignInError                name and password (or token) open nothing; never says which part was wrong
  NewerDatabaseError         the database was migrated by a newer release
  DatabaseError              the database refused or failed

Messages name kinds and identifiers, never notes, names of patients or values of a row.
"""


class StoreError(Exception):
    """Base of all errors of the store."""


class NotFoundError(StoreError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"there is no such {kind}")


class AlreadyExistsError(StoreError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"this {kind} is stored already")


class StaleVersionError(StoreError):
    def __init__(self, *, expected: int, current: int) -> None:
        super().__init__(f"version {expected} was expected, {current} is current")
        self.expected = expected
        self.current = current


class MismatchError(StoreError):
    """The message says what does not fit."""


class InvalidCursorError(StoreError):
    def __init__(self) -> None:
        super().__init__("this is not a cursor of this list")


class IdempotencyConflictError(StoreError):
    def __init__(self) -> None:
        super().__init__("the idempotency key was used for another request")


class SignInError(StoreError):
    def __init__(self) -> None:
        super().__init__("the name or the password is wrong")


class NewerDatabaseError(StoreError):
    def __init__(self) -> None:
        super().__init__("the database belongs to a newer release of chartcode")


class DatabaseError(StoreError):
    """The driver's own message may quote a row, so only the kind of failure is told."""
