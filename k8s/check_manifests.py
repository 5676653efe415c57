"""Holds an overlay to what it must be: kustomize build OVERLAY | check_manifests.py OVERLAY

Kubernetes' schemas, strictly; and what they don't say: that names mean something that is there, that init containers
run in an order in which each finds what it reads, that pods are as locked as their namespace wants, that variables are
those of docs/configuration.md (docker-compose.yml's too), that users of Kafka have the rights of docs/kafka-acls.txt.
"""

import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parent.parent
KUBERNETES = "1.37"

# No schema of these comes with kubernetes-validate. Their fields are held to nothing here; Strimzi's operator does it.
WITHOUT_SCHEMA = {("kafka.strimzi.io/v1", kind) for kind in ("Kafka", "KafkaNodePool", "KafkaUser")}

# Made by hand: docs/deploy.md.
BY_HAND = {("Secret", "vignette-api-keys")}


class Overlay:
    """The objects of one overlay, and what is wrong with them."""

    def __init__(self, objects):
        self.objects = objects
        self.problems = []

    def of(self, kind):
        return [each for each in self.objects if each["kind"] == kind]

    def problem(self, where, text):
        self.problems.append(f"{where}: {text}")

    def check(self):
        for each in self.objects:
            self.check_schema(each)
        for deployment in self.of("Deployment"):
            Pod(self, deployment).check()
        self.check_selectors()
        self.check_rights()
        self.check_variables()

    def check_schema(self, each):
        try:
            kubernetes_validate.validate(each, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            self.problem(name_of(each), f"{'.'.join(map(str, error.path))}: {error.message}")
        except kubernetes_validate.SchemaNotFoundError:
            if (each["apiVersion"], each["kind"]) not in WITHOUT_SCHEMA:
                self.problem(name_of(each), f"apiVersion {each['apiVersion']}: no such kind in Kubernetes {KUBERNETES}")

    def has(self, kind, name):
        made = {(each["kind"], each["metadata"]["name"]) for each in self.objects}
        made |= {("Secret", user["metadata"]["name"]) for user in self.of("KafkaUser")}
        made |= {("Secret", f"{kafka['metadata']['name']}-cluster-ca-cert") for kafka in self.of("Kafka")}
        return (kind, name) in made | BY_HAND

    def check_selectors(self):
        """A Service or a budget that selects nothing is no error to Kubernetes."""
        pods = [each["spec"]["template"]["metadata"]["labels"].items() for each in self.of("Deployment")]
        for each in self.of("Service") + self.of("PodDisruptionBudget"):
            wanted = each["spec"]["selector"]
            wanted = wanted.get("matchLabels", wanted)
            if not any(wanted.items() <= labels for labels in pods):
                self.problem(name_of(each), f"selector: {wanted} (expected: labels of a Deployment's pods)")

    def check_rights(self):
        if not self.of("KafkaUser"):
            return
        users = {user["metadata"]["name"] for user in self.of("KafkaUser")}
        given = {right for user in self.of("KafkaUser") for right in rights_of(user)}
        told = {right for right in rights_told() if right.split(" ")[0].removeprefix("User:") in users}
        for right in sorted(told - given):
            self.problem("KafkaUser", f"lacks {right} of docs/kafka-acls.txt")
        for right in sorted(given - told):
            self.problem("KafkaUser", f"{right} (expected: only what docs/kafka-acls.txt has)")

    def check_variables(self):
        known = variables_known()
        used = {name for each in self.of("ConfigMap") for name in each.get("data", {})}
        used |= {entry["name"] for each in self.of("Deployment") for entry in environment_of(each)}
        for name in sorted(name for name in used | variables_of_compose() if name.startswith("VIGNETTE_")):
            if re.sub(r"_\d+_", "_N_", name) not in known:
                self.problem(name, "unknown (expected: a variable of docs/configuration.md)")


class Pod:
    """The pods of one Deployment."""

    def __init__(self, overlay, deployment):
        self.overlay = overlay
        self.where = name_of(deployment)
        self.spec = deployment["spec"]["template"]["spec"]
        self.volumes = {volume["name"]: volume for volume in self.spec.get("volumes", [])}

    def problem(self, text):
        self.overlay.problem(self.where, text)

    def check(self):
        self.check_volumes()
        self.check_lock()
        written = set()
        for container in self.spec.get("initContainers", []) + self.spec["containers"]:
            self.check_container(container)
            self.check_order(container, written)

    def check_volumes(self):
        for name, volume in self.volumes.items():
            for field, kind, key in (
                ("secret", "Secret", "secretName"),
                ("configMap", "ConfigMap", "name"),
                ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
            ):
                if field in volume and not self.overlay.has(kind, volume[field][key]):
                    self.problem(f"volume {name}: no {kind} {volume[field][key]}")

    def check_lock(self):
        """Pod Security Standard "restricted", which the namespace enforces."""
        context = self.spec.get("securityContext", {})
        if not context.get("runAsNonRoot") or context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            self.problem("securityContext: not restricted (expected: runAsNonRoot, seccompProfile RuntimeDefault)")
        if self.spec.get("enableServiceLinks", True):
            self.problem("enableServiceLinks: true (expected: false, or Services' variables meet ours)")

    def check_container(self, container):
        name = container["name"]
        context = container.get("securityContext", {})
        is_locked = context.get("readOnlyRootFilesystem") and context.get("allowPrivilegeEscalation") is False
        if not is_locked or context.get("capabilities", {}).get("drop") != ["ALL"]:
            self.problem(f"{name}: securityContext: not locked")
        resources = container.get("resources", {})
        if "memory" not in resources.get("limits", {}) or "cpu" not in resources.get("requests", {}):
            self.problem(f"{name}: resources: {resources} (expected: a limit of memory, requests of both)")
        if ":" not in container["image"]:
            self.problem(f"{name}: image: {container['image']} (expected: with a tag)")
        ports = {port["name"] for port in container.get("ports", [])}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            port = container.get(probe, {}).get("httpGet", {}).get("port")
            if isinstance(port, str) and port not in ports:
                self.problem(f"{name}: {probe}: port {port} (expected: one of {sorted(ports)})")
        for entry in container.get("envFrom", []) + [each.get("valueFrom", {}) for each in container.get("env", [])]:
            self.check_source(name, entry)

    def check_source(self, container, entry):
        for field, kind in (
            ("configMapRef", "ConfigMap"),
            ("secretRef", "Secret"),
            ("configMapKeyRef", "ConfigMap"),
            ("secretKeyRef", "Secret"),
        ):
            source = entry.get(field)
            if source and not source.get("optional") and not self.overlay.has(kind, source["name"]):
                self.problem(f"{container}: no {kind} {source['name']}")

    def check_order(self, container, written):
        """What is read from an own volume must have been written by a container that runs before."""
        for mount in container.get("volumeMounts", []):
            volume = self.volumes.get(mount["name"])
            if volume is None:
                self.problem(f"{container['name']}: no volume {mount['name']}")
            elif not mount.get("readOnly"):
                written.add(mount["name"])
            elif ("emptyDir" in volume or "persistentVolumeClaim" in volume) and mount["name"] not in written:
                self.problem(f"{container['name']}: reads volume {mount['name']} before anyone has written it")


def name_of(each):
    return f"{each['kind']} {each['metadata']['name']}"


def environment_of(deployment):
    """All containers': what Triton reads is documented at the same place."""
    spec = deployment["spec"]["template"]["spec"]
    return [entry for each in spec.get("initContainers", []) + spec["containers"] for entry in each.get("env", [])]


def rights_of(user):
    """Lines as docs/kafka-acls.txt has them, one operation each."""
    for rule in user["spec"]["authorization"]["acls"]:
        resource = rule["resource"]
        kind = resource["type"].replace("transactionalId", "transactional-id")
        pattern = resource["patternType"].replace("prefix", "prefixed")
        for operation in rule["operations"]:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()
            yield f"User:{user['metadata']['name']} {kind} {pattern} {resource['name']} {words}"


def rights_told():
    for line in (ROOT / "docs/kafka-acls.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            *words, operations = line.split(" ")
            yield from (f"{' '.join(words)} {operation}" for operation in operations.split(","))


def variables_known():
    reference = ROOT / "docs/configuration.md"
    return set(re.findall(r"VIGNETTE_[A-Z0-9_]+", reference.read_text()))


def variables_of_compose():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values()
    return {str(entry).split("=")[0] for service in services for entry in service.get("environment", ())}


def main():
    overlay = Overlay([each for each in yaml.safe_load_all(sys.stdin) if each])
    overlay.check()
    for problem in overlay.problems:
        print(f"k8s: {sys.argv[1]}: {problem}", file=sys.stderr)
    if overlay.problems:
        sys.exit(1)
    print(f"k8s: {sys.argv[1]}: {len(overlay.objects)} objects, right", file=sys.stderr)


if __name__ == "__main__":
    main()
