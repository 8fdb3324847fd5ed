"""Prints every component of a CycloneDX SBOM with its licence, and fails where one is not on the list of those that may be shipped."""

import json
import sys

# Said by components themselves, as SPDX has it or as they happen to write it. Where there is a choice, one that may be shipped is enough.
MAY_BE_SHIPPED = (
    "apache", "asl 2", "mit", "bsd", "epl", "eclipse public", "edl", "eclipse distribution", "cc0", "mpl", "unlicense", "bouncy castle", "isc",
    "go license", "jdom", "public domain", "cddl", "w3c", "upl", "universal permissive",
)
# GPL with the class path exception binds only changes to itself.
WITH_EXCEPTION = ("classpath", "gpl2 w/ cpe", "gpl-2.0-with-classpath-exception")


def names(component):
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        said = entry.get("expression") or licence.get("id") or licence.get("name")
        if said:
            yield said


def may_be_shipped(licence):
    low = licence.lower()
    return any(known in low for known in WITH_EXCEPTION) or any(known in low for known in MAY_BE_SHIPPED) and "agpl" not in low


def main(path):
    with open(path) as file:
        components = json.load(file)["components"]
    unknown = []
    for component in sorted(components, key=lambda one: (one.get("group", ""), one["name"])):
        if component.get("group") == "io.tesserae":
            continue
        licences = list(names(component))
        print(f"{component.get('group', '')}:{component['name']}:{component.get('version', '')}\t{' | '.join(licences) or '(none said)'}")
        if not any(may_be_shipped(licence) for licence in licences):
            unknown.append(component["name"])
    print(f"{len(components)} components, {len(unknown)} without a licence that may be shipped{': ' + ', '.join(unknown) if unknown else ''}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
