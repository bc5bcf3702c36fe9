"""`python -m common cluster certificates DIR`: what the machines of a cluster know each other by.

Each party gets a folder of its own, to be copied to its machine and nowhere else:

    DIR/authority/    key.pem signs the others: it stays with who made it
    DIR/scheduler/    ca.pem, certificate.pem, key.pem
    DIR/worker/       the same, for all workers
    DIR/client/       the same, for who grades

Who holds one of the three can run any code on the machines of the cluster: Dask's parties trust
each other. So keys are readable by their owner alone, and a new folder is made rather than an old
one changed.
"""

import argparse
import os
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.files import atomic_folder
from common.i18n import Text

PARTIES = ("scheduler", "worker", "client")
CA, CERTIFICATE, KEY = "ca.pem", "certificate.pem", "key.pem"
DAYS = 365
CLUSTER = Text("what grading on many machines needs", "что нужно для проверки на многих машинах")
MAKE = Text(
    "make the certificates by which scheduler, workers and grader know each other",
    "создать сертификаты, по которым узнают друг друга планировщик, рабочие машины и проверяющий",
)
FOLDER = Text("a folder that is empty or not there yet", "папка, пустая или ещё не существующая")
HOLD = Text("how many days they hold (default: {days})", "сколько дней они действуют ({days})")
QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
}
"""What scheduler and workers are started with: Dask would look at a worker that computes a hundred
times a second, to tell where its time goes, and at its own event loop fifty times."""

START = Text(
    """{folder}: a folder each for the scheduler, the workers and the client, to be copied to their
machines, where the course is installed; authority/ stays here. On the scheduler's machine:

  {scheduler}

on each machine that is to work, HOST being the scheduler's name there:

  {worker}

and here:

  {grade}""",
    """{folder}: по папке для планировщика, рабочих машин и клиента; скопируйте их на эти
машины, где установлен курс; authority/ остаётся здесь. На машине планировщика:

  {scheduler}

на каждой рабочей машине (HOST — имя планировщика для неё):

  {worker}

и здесь:

  {grade}""",
)


def add_cluster_command(commands: Any, language: str) -> None:
    """Add `cluster` to the parser of python -m common."""
    summary = CLUSTER.to(language)
    cluster = commands.add_parser("cluster", help=summary, description=summary)
    inner = cluster.add_subparsers(metavar="COMMAND", required=True)
    summary = MAKE.to(language)
    certificates = inner.add_parser("certificates", help=summary, description=summary)
    certificates.add_argument("folder", metavar="DIR", help=FOLDER.to(language))
    certificates.add_argument(
        "--days", type=int, default=DAYS, metavar="N", help=HOLD.to(language).format(days=DAYS)
    )
    certificates.set_defaults(run=_certificates)


def _certificates(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.days <= 3650:
        raise UserError(
            f"--days {arguments.days}: 1 to 3650 are expected",
            f"--days {arguments.days}: нужно от 1 до 3650",
        )
    folder = Path(arguments.folder)
    write_certificates(folder, days=arguments.days)
    print(how_to_start(folder, arguments.lang))
    return 0


def write_certificates(folder: Path, *, days: int = DAYS) -> None:
    """Make an authority and what it signs for scheduler, workers and client, in a new folder.

    Raises UserError where the folder holds anything, cannot be written, or `cryptography` is not
    installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    except ImportError:
        raise not_installed("cryptography") from None
    signing = generate_private_key(SECP256R1())
    authority = _certificate("Stickshift", signing.public_key(), signing, days=days)
    with atomic_folder(folder) as draft:
        draft.chmod(0o700)
        _write(draft / "authority", authority, authority, signing)
        for party in PARTIES:
            key = generate_private_key(SECP256R1())
            certificate = _certificate(party, key.public_key(), signing, days=days)
            _write(draft / party, authority, certificate, key)


def how_to_start(folder: Path, language: str) -> str:
    """Return the commands that start scheduler, workers and grading with these certificates."""
    scheduler, worker = (_options(folder / party) for party in ("scheduler", "worker"))
    client = shlex.quote(str(folder / "client"))
    quiet = " ".join(f"{name}={value}" for name, value in QUIET.items())
    return START.to(language).format(
        folder=folder,
        scheduler=f"{quiet} dask scheduler --protocol tls --port 8786 --no-dashboard {scheduler}",
        worker=f"{quiet} dask worker tls://HOST:8786 --nworkers -1 --nthreads 1 --no-dashboard "
        f"{worker}",
        grade="python -m common grade SUBMISSIONS --out GRADES --workers tls://HOST:8786 "
        f"--certificates {client}",
    )


def not_installed(library: str) -> UserError:
    """Build the error for a library of the extra that is not there."""
    return UserError(
        f'{library} is not installed: python -m pip install -e ".[cluster]"',
        f'{library} не установлена: python -m pip install -e ".[cluster]"',
    )


def _options(folder: Path) -> str:
    names = {"ca-file": CA, "cert": CERTIFICATE, "key": KEY}
    return " ".join(f"--tls-{name} {shlex.quote(str(folder / names[name]))}" for name in names)


def _certificate(name: str, public: Any, signing: Any, *, days: int) -> Any:
    """Sign a certificate; the one named Stickshift is the authority's own."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    is_authority = public == signing.public_key()
    now = datetime.now(UTC)
    use = dict.fromkeys(_USES, False) | (
        {"key_cert_sign": True, "crl_sign": True} if is_authority else {"digital_signature": True}
    )
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named("Stickshift"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), True)
        .add_extension(x509.KeyUsage(**use), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(signer, False)
    )
    if not is_authority:
        # Scheduler and workers both call and are called; who grades only calls.
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        uses = uses[:1] if name == "client" else uses
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), False)
    return builder.sign(signing, SHA256())


_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _write(folder: Path, authority: Any, certificate: Any, key: Any) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    folder.mkdir(mode=0o700)
    contents = {
        CA: authority.public_bytes(Encoding.PEM),
        CERTIFICATE: certificate.public_bytes(Encoding.PEM),
        KEY: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    }
    for name, content in contents.items():
        mode = 0o600 if name == KEY else 0o644
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as file:
            file.write(content)
