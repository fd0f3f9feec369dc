# What a ctexplore.pyz runs first. Written so that every Python since 2.7 can read it: one that is
# too old, or on another kind of machine, gets a line and not a traceback.
import os
import sys

PYTHONS = ()  # put in when the file is built: pairs of numbers,
SYSTEM = ""  # a name of os.uname(),
MACHINE = ""  # another,
GLIBC = ()  # and the oldest glibc that the compiled parts run with; () where they need none


def refusal():
    """Why this Python cannot run the file; "" where it can."""
    uname = os.uname()
    here = "%s %d.%d on %s %s" % (
        (_implementation(),) + tuple(sys.version_info[:2]) + (uname[0], uname[4])
    )
    wanted = " or ".join("%d.%d" % pair for pair in PYTHONS)
    fits = tuple(sys.version_info[:2]) in PYTHONS and _implementation() == "CPython"
    if "t" in getattr(sys, "abiflags", ""):
        fits, here = False, here + " without GIL"
    if not fits or (uname[0], uname[4]) != (SYSTEM, MACHINE):
        return "this file is for CPython %s on %s %s, not for %s" % (wanted, SYSTEM, MACHINE, here)
    if GLIBC and _glibc() < GLIBC:
        said = "%d.%d" % _glibc() if _glibc() else "none"
        return "this file needs glibc %d.%d or newer; here is %s" % (GLIBC + (said,))
    return ""


def _implementation():
    import platform

    return platform.python_implementation()


def _glibc():
    try:
        name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
        return tuple(int(part) for part in version.split(".")[:2])
    except (ValueError, AttributeError, OSError):
        return ()


def folders():
    """Where the unpacked files may lie, the best first: only this user's, and kept if possible."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    yield os.path.join(base, "ctexplore", "pyz")
    yield os.path.join("/var/tmp", "ctexplore-%d" % os.getuid())
    yield os.path.join("/tmp", "ctexplore-%d" % os.getuid())


def writable(folder):
    """Whether it is there, or could be made, as a folder of this user's alone."""
    if not os.path.isabs(folder):
        return False
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder, 0o700)
        found = os.lstat(folder)
    except OSError:
        return False
    ours = found.st_uid == os.getuid() and not found.st_mode & 0o022
    return ours and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def start():
    wrong = refusal()
    root = os.environ.get("SHIV_ROOT") or ""
    if not wrong and not root:
        os.umask(0o077)
        root = next((folder for folder in folders() if writable(folder)), "")
        if not root:
            wrong = "there is no folder to unpack to (SHIV_ROOT=DIR names one)"
    if wrong:
        sys.stderr.write("ctexplore: %s\n" % wrong)
        return 2
    os.environ["SHIV_ROOT"] = root
    from _bootstrap import bootstrap

    try:
        return bootstrap()
    except EnvironmentError as error:
        said = error.strerror or str(error)
        sys.stderr.write("ctexplore: cannot unpack to %s: %s\n" % (root, said))
        return 2


if __name__ == "__main__":
    sys.exit(start())
