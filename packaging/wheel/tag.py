"""Names the wheel after the machine that the program is for, and puts the program and its notices in."""

import os
import pathlib

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tag(BuildHookInterface):
    def initialize(self, version, build_data):
        binary = pathlib.Path(os.environ["LEAKLINE_BINARY"]).resolve(strict=True)
        # Static: no library of the machine is asked for, so the oldest tags hold.
        platform = os.environ.get("LEAKLINE_PLATFORM", "manylinux_2_17_x86_64.musllinux_1_1_x86_64")
        build_data["tag"] = f"py3-none-{platform}"
        build_data["pure_python"] = False
        build_data["shared_scripts"][str(binary)] = binary.name
        # Their licences want them beside the program; `packaging/archive` has put them there.
        for name in ("LICENSE", "NOTICES.txt"):
            notice = binary.with_name(name).resolve(strict=True)
            build_data["shared_data"][str(notice)] = f"share/doc/leakline/{name}"
