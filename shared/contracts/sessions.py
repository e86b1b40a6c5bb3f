"""What `services/actions` answers about hosts: who a sign-in link is for, and whose session it opened."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import Instant


class User(Struct, frozen=True):
    """A host who may sign in to one app's console."""

    id: UUID
    name: str
    email: str


class SignInLink(Struct, frozen=True):
    """A sign-in link as somebody brought it."""

    token: str


class SignInOffer(Struct, frozen=True):
    """Whom a sign-in link that is still good would sign in, and until when."""

    user: User
    app_name: str
    expires_at: Instant


class SignIn(Struct, frozen=True):
    """Spend a sign-in link; `former` is the session that the same browser carries, which ends with it."""

    token: str
    former: str | None = None


class Session(Struct, frozen=True):
    """A session that has not ended; `csrf` is what every form of it carries, and no other session's."""

    app_id: UUID
    app_name: str
    user: User
    csrf: str
    expires_at: Instant


class SignedIn(Struct, frozen=True):
    """A new session with its token, which is told here and never stored."""

    token: str
    session: Session


class SessionToken(Struct, frozen=True):
    """A session as its browser carries it."""

    token: str


_GATEWAY = frozenset({"gateway"})
_SIGN_INS = "/internal/sign-ins"
_SESSIONS = "/internal/sessions"

inspect_sign_in = Operation(
    "actions", "POST", f"{_SIGN_INS}/inspect", SignInLink, SignInOffer, _GATEWAY, repeatable=True
)
sign_in = Operation("actions", "POST", _SIGN_INS, SignIn, SignedIn, _GATEWAY)
get_session = Operation(
    "actions", "POST", f"{_SESSIONS}/inspect", SessionToken, Session, _GATEWAY, repeatable=True
)
sign_out = Operation("actions", "POST", f"{_SESSIONS}/end", SessionToken, Nothing, _GATEWAY, repeatable=True)
sign_out_everywhere = Operation(
    "actions", "POST", f"{_SESSIONS}/end-all", SessionToken, Nothing, _GATEWAY, repeatable=True
)
