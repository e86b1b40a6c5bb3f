"""How each CRM is reached, and what an app says of its own there."""

from collections.abc import Callable

from msgspec import Struct

from services.workflows.crm.access import Access, Credentials, Save
from services.workflows.crm.connector import Connector
from services.workflows.crm.http import Http
from services.workflows.crm.hubspot import HubSpot
from services.workflows.crm.salesforce import Salesforce
from shared.contracts.crm import CrmKind, CrmOptions


class Vendors(Struct, frozen=True):
    """The CRMs' addresses."""

    http: Http
    hubspot_url: str
    salesforce_login_url: str

    def connect(self, kind: CrmKind, options: CrmOptions, credentials: Credentials, save: Save) -> Connector:
        """A connection in use; `save` keeps renewed credentials."""
        token_url, make = self._of(kind)
        return make(Access(self.http, token_url, credentials, save), options)

    def _of(self, kind: CrmKind) -> tuple[str, Callable[[Access, CrmOptions], Connector]]:
        if kind == "hubspot":
            return (
                f"{self.hubspot_url}/oauth/v3/token",
                lambda access, options: HubSpot(self.http, self.hubspot_url, access, options),
            )
        return (
            f"{self.salesforce_login_url}/services/oauth2/token",
            lambda access, options: Salesforce(self.http, access, options),
        )
