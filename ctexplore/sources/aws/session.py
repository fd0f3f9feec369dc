"""From a profile and a role to a session with credentials in hand, and the clients made of it.

The one place where boto3 is imported, inside functions: it takes a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

_SESSION_NAME = "ctexplore"
# A botocore session makes one client at a time.
_MAKING = Lock()
# Hosts below these are AWS's own, so FIPS, dual-stack and VPC endpoints of a bucket or a service
# share one identity, and so one cache.
_AWS_HOSTS = (
    *(".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws"),
    *(".c2s.ic.gov", ".sc2s.sgov.gov", ".cloud.adc-e.uk", ".csp.hci.ic.gov"),
)


def open_session(
    profile: str = "",
    region: str = "",
    role_arn: str = "",
    *,
    offline: bool = False,
    ask: Callable[[str], str] | None = None,
) -> Any:
    """A boto3 session; "" leaves what it stands for to the AWS configuration.

    Its credentials are in hand, an MFA code was asked for, unless ``offline``: then none are
    looked for. They stay refreshable (SSO, instance roles, role chains renew themselves); with
    MFA, botocore refuses to ask a second time. ask: gets a question and gives the code, where
    the terminal is not to be had; EOFError is no code. Raises what botocore raises, see
    ``s3_unanswered.failures``.
    """
    from boto3.session import Session
    from botocore.config import Config
    from botocore.exceptions import NoCredentialsError
    from botocore.session import get_session

    inner = get_session()
    # Names us in what botocore itself sends for credentials, too.
    inner.set_default_client_config(Config(user_agent_extra=_SESSION_NAME))
    session = Session(
        profile_name=profile or None, region_name=region or None, botocore_session=inner
    )
    if offline:
        return session
    if ask is not None:
        # botocore has no public way to a question of one's own.
        inner.get_component("credential_provider").get_provider("assume-role")._prompter = ask
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError(profiles=", ".join(session.available_profiles))
    credentials.get_frozen_credentials()
    if not role_arn:
        return session
    assumed = _in_role(session, profile, role_arn)
    assumed.get_credentials().get_frozen_credentials()
    return assumed


def open_client(
    session: Any,
    service: str,
    *,
    region: str = "",
    endpoint_url: str = "",
    tries: int = 5,
    connections: int = 10,
    **more: Any,
) -> Any:
    """A client of the session. tries: requests for one call at most. connections: kept open.

    more: further settings of botocore's Config.
    """
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": tries},
        connect_timeout=5,
        read_timeout=20,
        max_pool_connections=connections,
        tcp_keepalive=True,
        user_agent_extra=_SESSION_NAME,
        **more,
    )
    with _MAKING:
        return session.client(
            service,
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            config=config,
        )


def caller(session: Any) -> str:
    """The ARN of the session's credentials: one request to STS, which needs no permission."""
    sts = open_client(session, "sts", region=session.region_name or "us-east-1")
    return str(sts.get_caller_identity()["Arn"])


def whose(session: Any) -> str:
    """Whose credentials these are, as botocore found them: ``profile audit``, ``key AKIA…``,
    ``instance role``. Asks nobody."""
    found = session.get_credentials()
    match found.method:
        case "env":
            return f"key {found.access_key}"
        case "iam-role":
            return "instance role"
        case "container-role":
            return "container role"
        case "assume-role-with-web-identity" if session.profile_name == "default":
            return "web identity"
        case _:
            return f"profile {session.profile_name}"


def endpoint_of(client: Any) -> str:
    """Where a client's requests go, as identities in the cache name it: the partition, which
    all of AWS's own endpoints share, or another service's URL."""
    url = urlsplit(client.meta.endpoint_url)
    if f".{url.hostname}".endswith(_AWS_HOSTS):
        return str(client.meta.partition)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}"


def _in_role(session: Any, profile: str, role_arn: str) -> Any:
    from boto3.session import Session
    from botocore.config import Config
    from botocore.credentials import CredentialProvider, RefreshableCredentials
    from botocore.session import get_session

    sts = open_client(session, "sts", region=session.region_name or "us-east-1")

    def fetch() -> Mapping[str, str]:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=_SESSION_NAME)
        keys = answer["Credentials"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"].isoformat(),
        }

    class AssumedRole(CredentialProvider):  # type: ignore[misc]
        METHOD = "ctexplore-assume-role"

        def load(self) -> Any:
            return RefreshableCredentials.create_from_metadata(fetch(), fetch, self.METHOD)

    inner = get_session()
    inner.set_default_client_config(Config(user_agent_extra=_SESSION_NAME))
    if profile:
        inner.set_config_variable("profile", profile)
    chain = inner.get_component("credential_provider")
    chain.providers.insert(0, AssumedRole())
    return Session(botocore_session=inner, region_name=session.region_name)
