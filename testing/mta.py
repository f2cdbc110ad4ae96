"""A real mail server for a test run: Debian's Postfix, on a free loopback port and in a folder of its own.

    with postfix(mail, mailboxes={"dee@home.example": "dee"}, lmtp={"shop.example": port}) as server:
        smtplib.SMTP("127.0.0.1", server.port)

Nothing of the machine's own mail is touched: no package is installed, no account made, no service started. Postfix
needs root, for it keeps its parts apart by their accounts. Raises `ServiceMissing`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from testing.debian import unpack
from testing.mail import Dovecot
from testing.services import (
    UNPRIVILEGED,
    ServiceFailed,
    ServiceMissing,
    end,
    free_port,
    greets,
    plain_environment,
    scratch_folder,
    wait_until,
)

ROOT = Path(__file__).resolve().parent.parent
# Where it is unpacked when the machine has none; bin/setup leaves it alone.
UNPACKED = ROOT / ".venv" / "postfix"
PROGRAMS = Path("usr/lib/postfix/sbin")
# It gives up its parent's death signal together with root's rights, so a killed test run would leave it behind.
MOST_SECONDS = 300

# Postfix insists on three accounts that differ; these are on every Debian, and own nothing.
MAIN = """
compatibility_level = 3.6
mail_owner = daemon
setgid_group = uucp
default_privs = nobody
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {programs}
command_directory = {programs}/../../../sbin
shlib_directory = {programs}/..
meta_directory = {folder}
import_environment = MAIL_CONFIG LANG=C LD_LIBRARY_PATH={libraries}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.shop.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
default_transport = error:5.1.2 Nobody else is reached from here
relay_domains = {relayed}
transport_maps = inline:{{ {transports} }}
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""

# Service, kind, private, unprivileged, chroot, wakes up, most processes, program.
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

QUEUE = {
    "root": ["", "pid"],
    "daemon": [
        *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop"),
        *("private", "public", "saved", "trace"),
    ],
}


@dataclass
class Postfix:
    """A running server: it takes mail at `port`, and what becomes of it stands in `log`."""

    port: int
    log: Path


@contextlib.contextmanager
def postfix(mail: Dovecot, *, mailboxes: dict[str, str], lmtp: dict[str, int]) -> Iterator[Postfix]:
    """Run it until the block ends.

    mailboxes: addresses and the users of `mail` who get their letters; lmtp: domains and the ports that take theirs.
    """
    programs = master().parent
    with scratch_folder("aspa-postfix-", None) as folder:
        # Its parts reach their queue as other accounts.
        folder.chmod(0o755)
        server = Postfix(free_port(), folder / "log")
        configure(folder, programs, server.port, mail, mailboxes, lmtp)
        output = folder / "said"
        with output.open("wb") as said:
            process = subprocess.Popen(
                [str(programs / "master"), "-c", str(folder), "-d", "-e", str(MOST_SECONDS)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**plain_environment(), "MAIL_CONFIG": str(folder), "LD_LIBRARY_PATH": libraries(programs)},
                start_new_session=True,
            )
        try:
            if not wait_until(lambda: greets(server.port, b"220 "), process):
                words = [path.read_text(errors="replace") for path in (output, server.log) if path.exists()]
                raise ServiceFailed(f"Postfix did not start: {' '.join(words)[-2000:]}")
            yield server
        finally:
            # Ended in order it ends its parts; what would stay behind is in its group.
            end(process, signal.SIGTERM)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def configure(
    folder: Path, programs: Path, port: int, mail: Dovecot, mailboxes: dict[str, str], lmtp: dict[str, int]
) -> None:
    """Its two files, and an empty queue with the owners that it insists on."""
    account = pwd.getpwnam(mail.user or UNPRIVILEGED)
    (folder / "main.cf").write_text(
        MAIN.format(
            folder=folder,
            programs=programs,
            libraries=libraries(programs),
            mail=mail.folder / "mail",
            uid=account.pw_uid,
            gid=account.pw_gid,
            relayed=" ".join(lmtp),
            transports=", ".join(f"{{{domain} = lmtp:inet:[127.0.0.1]:{port}}}" for domain, port in lmtp.items()),
            domains=" ".join({address.rpartition("@")[2] for address in mailboxes}),
            mailboxes=", ".join(f"{{{address} = {user}/}}" for address, user in mailboxes.items()),
        ),
        encoding="utf-8",
    )
    # What was written just now it reads again and again, in case somebody is still writing.
    os.utime(folder / "main.cf", (0, 0))
    (folder / "master.cf").write_text(MASTER.format(port=port), encoding="utf-8")
    for owner, names in QUEUE.items():
        for name in names:
            place = folder / "queue" / name
            place.mkdir(mode=0o755 if owner == "root" else 0o700)
            shutil.chown(place, owner)
    (folder / "queue" / "public").chmod(0o710)
    shutil.chown(folder / "queue" / "public", group="uucp")
    (folder / "data").mkdir(mode=0o700)
    shutil.chown(folder / "data", "daemon")


def libraries(programs: Path) -> str:
    """The folders of its libraries; unpacked somewhere else it doesn't find them."""
    return f"{programs.parent}:{programs.parents[1] / str(sysconfig.get_config_var('MULTIARCH'))}"


def master() -> Path:
    """The path of its `master`, the machine's own or one that is unpacked for the tests."""
    if os.geteuid() != 0:
        raise ServiceMissing("Postfix runs as root alone.")
    found = [root / PROGRAMS / "master" for root in (Path("/"), UNPACKED)]
    if not any(path.exists() for path in found):
        unpack("postfix", UNPACKED)
    for path in found:
        if path.exists():
            return path
    raise ServiceMissing("Postfix is not here: install the system's postfix package.")
