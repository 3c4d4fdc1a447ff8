"""Errors a person can act on: what happened, what to do, and the exit code that says whose turn it is."""


class OrderLensError(Exception):
    """An expected failure, told in one sentence with its remedy."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(OrderLensError):
    """The call or the input cannot be used; nothing was changed."""

    exit_code = 2


class RunFailed(OrderLensError):
    """The run failed, or a gate refused to publish; what was published before still serves."""

    exit_code = 1
