"""This machine: private files, processes that are still the same, the user a server runs as."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from kaogong.kernel.errors import Refused

WINDOWS = os.name == "nt"
SYSTEM_USER = "kaogong-postgres"


class NoSystemUser(Refused):
    """以 root 运行时，数据库须由另一个系统用户运行，但无法创建用户 {user}：{problem}。
    请改用普通用户，或用 DATABASE_URL 指定数据库。"""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user the server runs as; ``None`` ids mean whoever runs this program."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def process_options(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid)


def write_private(path: Path, text: str) -> None:
    """Write a file nobody else may read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def is_same_process(pid: int, born: float) -> bool:
    """Whether that process still lives, and is not a newcomer that got its number."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_root() -> bool:
    return not WINDOWS and os.geteuid() == 0


def server_user() -> SystemUser:
    """Whom the database server runs as: this user, or for root a user of its own."""
    if not is_root():
        return SystemUser(name="")
    import pwd

    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        try:
            subprocess.run(
                [
                    *("useradd", "--system", "--user-group", "--no-create-home"),
                    *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER),
                ],
                check=True,
                capture_output=True,
                text=True,
            )
            entry = pwd.getpwnam(SYSTEM_USER)
        except (OSError, subprocess.CalledProcessError, KeyError) as problem:
            said = getattr(problem, "stderr", "") or str(problem)
            raise NoSystemUser(user=SYSTEM_USER, problem=said.strip()) from problem
    return SystemUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
