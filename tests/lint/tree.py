"""The files of the source tree, with or without git."""

import os

# Written by builds, by tools and by version control.
NOT_SOURCE = {".git", ".cache", "build", "__pycache__", ".pytest_cache"}


def files(root):
    """Paths relative to `root`, sorted; an error if there are none."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_SOURCE]
        found += [os.path.relpath(os.path.join(folder, name), root)
                  for name in names if not name.endswith(".pyc")]
    if not found:
        raise FileNotFoundError(f"{root} holds no files")
    return sorted(found)
