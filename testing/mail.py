"""A real IMAP server for a test or bench run: Dovecot, unprivileged, on a free loopback port and in a folder of its own.

    with dovecot() as server:
        server.append("dee", b"Subject: ...")

As root its program is installed from Debian; otherwise it has to be there. Raises `ServiceMissing`.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from testing.debian import install
from testing.services import (
    UNPRIVILEGED,
    ServiceFailed,
    ServiceMissing,
    end,
    free_port,
    greets,
    plain_environment,
    scratch_folder,
    stop_with_parent,
    wait_until,
)

PASSWORD = "salainen"
PLACES = ("/usr/sbin", "/usr/lib/dovecot", "/usr/local/sbin")

# Without accounts of its own and without privileges: everything runs as the one who starts it. Any user may sign in
# with the password, and finds an empty mailbox the first time.
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server; `stop()` and `start()` let it go away and come back with its mail."""

    folder: Path
    port: int
    user: str | None
    idle: bool
    certificate: Path | None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Raises ServiceFailed with what it said."""
        account = pwd.getpwnam(self.user) if self.user else pwd.getpwuid(os.geteuid())
        configuration, certificate = self.folder / "dovecot.conf", self.folder / "certificate.pem"
        if self.certificate:
            # It may lie where only we can read it.
            shutil.copyfile(self.certificate, certificate)
        configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                user=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                port=self.port,
                password=PASSWORD,
                ssl="yes" if self.certificate else "no",
                certificate=f"ssl_cert = <{certificate}\nssl_key = <{certificate}" if self.certificate else "",
                capability="+" if self.idle else "IMAP4rev1 UIDPLUS LITERAL+",
            ),
            encoding="utf-8",
        )
        with (self.folder / "log").open("ab") as output:
            self._process = subprocess.Popen(
                [str(program()), "-F", "-c", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=account.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                cwd=self.folder,
                env=plain_environment(),
                start_new_session=True,
                preexec_fn=stop_with_parent(signal.SIGTERM),
            )
        if not wait_until(lambda: greets(self.port, b"* OK"), self._process):
            self.stop()
            raise ServiceFailed(f"Dovecot did not start: {(self.folder / 'log').read_text(errors='replace')[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, with all its processes; SIGKILL is a power cut."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            end(process, how)

    def client(self, name: str) -> imaplib.IMAP4:
        """Somebody's own mail program, signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(name, PASSWORD)
        return client

    def append(self, name: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Let mail come into somebody's folder."""
        with self.client(name) as client:
            if folder != "INBOX":
                client.create(folder)
            for mail in mails:
                said = client.append(folder, "", "", mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
                assert said[0] == "OK", said


@contextlib.contextmanager
def dovecot(*, idle: bool = True, certificate: Path | None = None) -> Iterator[Dovecot]:
    """idle: whether the server can tell its news. certificate: a file with a certificate and its key, for TLS."""
    program()
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    with scratch_folder("aspa-dovecot-", user) as folder:
        server = Dovecot(folder, free_port(), user, idle, certificate)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def program() -> Path:
    """The path of `dovecot`."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    found = shutil.which("dovecot", path=path)
    if not found:
        install("--no-install-recommends", "dovecot-imapd")
        found = shutil.which("dovecot", path=path)
    if not found:
        raise ServiceMissing("Dovecot is not here: install the system's dovecot-imapd package.")
    return Path(found)
