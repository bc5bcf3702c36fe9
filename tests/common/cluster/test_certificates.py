"""Certificates for a cluster, as OpenSSL sees them; addresses and folders that are refused."""

import contextlib
import ssl
import stat
import sys

import dask
import distributed  # noqa: F401, who brings its settings along
import pytest
from cryptography import x509

from common.__main__ import main
from common.cluster.certificates import PARTIES, QUIET, write_certificates
from common.cluster.connection import check_parties, connected
from common.errors import UserError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("certificates") / "of a class"
    write_certificates(made, days=30)
    return made


def handshake(server, client, other_ca=None):
    """Let two parties meet through memory, each asking for the other's certificate."""
    contexts = []
    for party, purpose in ((server, ssl.Purpose.CLIENT_AUTH), (client, ssl.Purpose.SERVER_AUTH)):
        context = ssl.create_default_context(purpose, cafile=str(party / "ca.pem"))
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(party / "certificate.pem", party / "key.pem")
        contexts.append(context)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        contexts[0].wrap_bio(to_server, to_client, server_side=True),
        contexts[1].wrap_bio(to_client, to_server),
    ]
    for _ in range(4):
        for end in reversed(ends):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return ends[0].getpeercert()


def test_parties_of_one_authority_know_each_other(folder):
    for client in PARTIES:
        for server in ("scheduler", "worker"):
            subject = handshake(folder / server, folder / client)["subject"]
            assert subject == ((("commonName", client),),)


def test_strangers_and_a_client_that_poses_as_a_scheduler_are_refused(folder, tmp_path):
    write_certificates(tmp_path / "other")
    for server, client in (
        (folder / "scheduler", tmp_path / "other" / "client"),
        (tmp_path / "other" / "scheduler", folder / "client"),
        (folder / "client", folder / "worker"),
    ):
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(server, client)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_keys_are_their_owners_alone_and_the_authority_signs_no_authorities(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.name == "key.pem" else 0o644)
    read = [
        x509.load_pem_x509_certificate((folder / party / "certificate.pem").read_bytes())
        for party in ("authority", "worker")
    ]
    limits = [one.extensions.get_extension_for_class(x509.BasicConstraints).value for one in read]
    assert [(one.ca, one.path_length) for one in limits] == [(True, 0), (False, None)]
    assert [(one.not_valid_after_utc - one.not_valid_before_utc).days for one in read] == [30, 30]


def test_the_command_prints_what_starts_a_cluster_and_changes_no_old_folder(tmp_path, capsys):
    folder = tmp_path / "my keys"
    assert main(["cluster", "certificates", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert (
        f"dask scheduler --protocol tls --port 8786 --no-dashboard --tls-ca-file '{folder}" in shown
    )
    assert f"{next(iter(QUIET))}=False " in shown
    assert "dask worker tls://HOST:8786" in shown
    assert f"--certificates '{folder / 'client'}'" in shown
    assert main(["cluster", "certificates", str(folder)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["cluster", "certificates", str(tmp_path / "new"), "--days", "0"]) == 2
    assert "1 to 3650" in capsys.readouterr().err


def test_dask_knows_the_settings_that_its_commands_begin_with():
    names = ("distributed.worker.profile.enabled", "distributed.admin.tick.interval")
    for name in names:
        dask.config.get(name)  # KeyError for one that is no more
    with dask.config.set(dask.config.collect_env(QUIET)):
        assert [dask.config.get(name) for name in names] == [False, "500ms"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tcp://10.0.0.7:8786", "unencrypted, and not on this machine"),
        ("tcp://lab:8786", "unencrypted, and not on this machine"),
        ("tls://lab", "an address such as tls://scheduler:8786"),
        ("lab:8786", "an address such as"),
        ("http://127.0.0.1:8786", "an address such as"),
        ("tls://lab:port", "an address such as"),
        ("tls://lab:8786", "--certificates DIR/client"),
    ],
)
def test_an_address_that_is_not_safe_or_none_is_refused(address, says):
    with pytest.raises(UserError, match=says), connected(address):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_certificates_that_are_not_whole_or_not_secret_are_refused(folder, tmp_path):
    write_certificates(tmp_path / "other")
    own = tmp_path / "other" / "client"

    def refused(says):
        with pytest.raises(UserError, match=says), connected("tls://127.0.0.1:9", own):
            pass

    (own / "key.pem").chmod(0o640)
    refused("others can read this key: chmod 600")
    (own / "key.pem").write_bytes((folder / "client" / "key.pem").read_bytes())
    (own / "key.pem").chmod(0o600)
    refused("no certificate with its key")
    (own / "ca.pem").unlink()
    refused("ca.pem: no such file")


def test_a_cluster_that_is_open_to_the_network_in_a_part_is_refused():
    here, there = "tcp://127.0.0.1:1", "tcp://192.168.0.5:1"
    check_parties({"address": here, "workers": {here: {}}}, scheme="tcp")
    check_parties({"address": "tls://lab:1", "workers": {"tls://lab:2": {}}}, scheme="tls")
    for scheduler, worker, scheme in (
        (there, here, "tcp"),
        (here, there, "tcp"),
        ("tls://lab:1", here, "tls"),
    ):
        with pytest.raises(UserError, match="can be reached unencrypted"):
            check_parties({"address": scheduler, "workers": {worker: {}}}, scheme=scheme)
