"""A connection to the scheduler of a Dask cluster, which nobody in between can read or forge.

Dask's parties unpickle what they get from each other, and ask no one's name. So certificates are
required of all of them (mutual TLS), and plain TCP is taken only where nothing leaves the machine.
"""

import contextlib
import ipaddress
import logging
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from common.cluster.certificates import CA, CERTIFICATE, KEY, not_installed
from common.errors import UserError

_SECONDS = 15
"""To wait for the scheduler."""


@dataclass(frozen=True)
class Cluster:
    """Where workers are found: the scheduler's address, and the folder with our certificates."""

    address: str
    certificates: Path | None = None


@contextlib.contextmanager
def connected(address: str, certificates: Path | None = None) -> Iterator[Any]:
    """Give a `distributed.Client` of the scheduler at `address` for the length of the block.

    address: tls://HOST:PORT, or tcp://127.0.0.1:PORT for a cluster on this machine alone.
    certificates: the folder with the client's, as `write_certificates` makes them.

    Raises UserError for an address that is not safe, certificates that do not fit, a scheduler
    that does not answer, and where `distributed` is not installed.
    """
    checked = checked_address(address)
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise not_installed("distributed") from None
    security = Security(require_encryption=False)
    if checked.scheme == "tls":
        security = _security(certificates)
    for name in ("distributed", "tornado"):  # what matters of it is told in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions of libraries; those are compared later
        try:
            client = Client(address, security=security, timeout=_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise _unreachable(address, error) from None
    try:
        with client:
            check_parties(parties(client), scheme=checked.scheme)
            yield client
    finally:
        client.close(timeout=2)


def parties(client: Any) -> dict[str, Any]:
    """Return what a scheduler says of itself and of all its workers, by "address" and "workers".

    Unlike `Client.scheduler_info`, which may at times be without the workers, or of a scheduler
    that is no more.

    Raises OSError where the scheduler is lost.
    """
    if client.scheduler is None:
        raise OSError("no connection")
    return client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=2 * _SECONDS)


def checked_address(address: str) -> SplitResult:
    """Return the parts of an address; raise UserError for one that is not safe, or is none.

    >>> checked_address("tls://scheduler:8786").hostname
    'scheduler'
    >>> checked_address("tcp://scheduler:8786")
    Traceback (most recent call last):
    common.errors.UserError: tcp://scheduler:8786: unencrypted, and not on this machine: ...
    """
    try:
        parts = urlsplit(address)
        complete = bool(parts.hostname and parts.port)
    except ValueError:
        complete = False
    if not complete or parts.scheme not in ("tls", "tcp"):
        example = "tls://scheduler:8786"
        raise UserError(
            f"{address}: an address such as {example} is expected",
            f"{address}: нужен адрес вида {example}",
        )
    if parts.scheme == "tcp" and not is_loopback(parts.hostname or ""):
        raise UserError(
            f"{address}: unencrypted, and not on this machine: anybody in the network could run "
            "code on the workers; use tls:// with certificates (python -m common cluster "
            "certificates DIR)",
            f"{address}: без шифрования и не на этой машине: любой в сети мог бы запускать код; "
            "нужен tls:// с сертификатами (python -m common cluster certificates DIR)",
        )
    return parts


def is_loopback(host: str) -> bool:
    """Say whether what goes to a host stays on this machine.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1", "10.0.0.1", "lab")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_parties(info: dict[str, Any], *, scheme: str) -> None:
    """Raise UserError where the scheduler or a worker is reached in a less safe way than asked.

    A scheduler that was reached on this machine may listen on the whole network.
    """
    for address in (info["address"], *info["workers"]):
        parts = urlsplit(address)
        if parts.scheme != "tls" and (scheme == "tls" or not is_loopback(parts.hostname or "")):
            raise UserError(
                f"{address}: this part of the cluster can be reached unencrypted over the network; "
                "start it with tls, or with --host 127.0.0.1",
                f"{address}: эта часть кластера доступна по сети без шифрования; запустите её с "
                "tls или с --host 127.0.0.1",
            )


def _security(certificates: Path | None) -> Any:
    from distributed.security import Security

    if certificates is None:
        raise UserError(
            "tls needs the client's certificate: --certificates DIR/client, made by "
            "python -m common cluster certificates DIR",
            "для tls нужен сертификат клиента: --certificates DIR/client, его создаёт "
            "python -m common cluster certificates DIR",
        )
    files = {name: certificates / name for name in (CA, CERTIFICATE, KEY)}
    for path in files.values():
        if not path.is_file():
            raise UserError(
                f"{path}: no such file; a folder with {', '.join(files)} is expected",
                f"{path}: нет такого файла; нужна папка, в которой {', '.join(files)}",
            )
    if files[KEY].stat().st_mode & 0o077:
        raise UserError(
            f"{files[KEY]}: others can read this key: chmod 600 {files[KEY]}",
            f"{files[KEY]}: этот ключ могут прочесть другие: chmod 600 {files[KEY]}",
        )
    try:
        ssl.create_default_context(cafile=str(files[CA])).load_cert_chain(
            files[CERTIFICATE], files[KEY]
        )
    except (ssl.SSLError, OSError) as error:
        raise UserError(
            f"{certificates}: no certificate with its key: {error}",
            f"{certificates}: нет сертификата с его ключом: {error}",
        ) from None
    return Security(
        require_encryption=True,
        tls_ca_file=str(files[CA]),
        tls_client_cert=str(files[CERTIFICATE]),
        tls_client_key=str(files[KEY]),
    )


def _unreachable(address: str, error: BaseException) -> UserError:
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    refused = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
    if refused is not None:
        what = refused.reason or str(refused)
        return UserError(
            f"{address}: the scheduler's certificate and ours do not fit together ({what}); both "
            "must come from the same `cluster certificates`, and not be too old",
            f"{address}: сертификаты планировщика и наш не подходят друг к другу ({what}); оба "
            "должны быть из одного `cluster certificates` и не просрочены",
        )
    what = str(causes[-1] or error)
    return UserError(
        f"{address}: no scheduler answers there: {what}",
        f"{address}: там не отвечает планировщик: {what}",
    )
