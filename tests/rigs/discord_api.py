"""Discord's own description of its REST interface: which route a request is for, and what is wrong
with its body."""

import json
import re

import jsonschema


class Api:
    """The OpenAPI file, as far as requests go."""

    def __init__(self, path):
        self._whole = json.loads(path.read_text(encoding="utf-8"))
        self._routes = [
            (re.compile(re.sub(r"\{\w+\}", r"[^/]+", template) + r"\Z"), template, item)
            for template, item in self._whole["paths"].items()
        ]
        self._checks = {}

    def template(self, path):
        """The route's template; the one with the fewest parameters where several match."""
        found = [template for pattern, template, _ in self._routes if pattern.match(path)]
        return min(found, key=lambda template: template.count("{"), default="")

    def flaws(self, method, path, body, content_type):
        """What Discord would refuse about a request."""
        template = self.template(path)
        operation = self._whole["paths"].get(template, {}).get(method.lower())
        if operation is None:
            return [f"{method} {path}: there is no such route"]
        contents = operation.get("requestBody", {}).get("content", {})
        if body is None:
            needed = operation.get("requestBody", {}).get("required")
            return [f"{method} {path}: a body is required"] if needed else []
        if content_type not in contents:
            return [f"{method} {path}: no body of type {content_type!r} is taken"]
        return [
            f"{method} {path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in self._check(method, template).iter_errors(body)
        ]

    def _check(self, method, template):
        """The validator of a route's JSON; a form carries the same in `payload_json`."""
        key = (method, template)
        if key not in self._checks:
            operation = self._whole["paths"][template][method.lower()]
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            # The components stand beside it, so that its references lead there.
            self._checks[key] = jsonschema.Draft202012Validator(
                {**schema, "components": self._whole["components"]}
            )
        return self._checks[key]


def text_limits(body):
    """What the description does not say: the characters of all texts, their ids, their number."""

    def walk(parts):
        for part in parts or ():
            yield part
            yield from walk(part.get("components"))

    data = body.get("data", body) if isinstance(body, dict) else {}
    parts = list(walk(data.get("components"))) if isinstance(data, dict) else []
    said = sum(len(part.get("content", "")) for part in parts if part["type"] == 10)
    custom = [part["custom_id"] for part in parts if "custom_id" in part]
    found = []
    if said > 4000:
        found.append(f"{said} characters of text")
    if len(parts) > 40:
        found.append(f"{len(parts)} components")
    if len(custom) != len(set(custom)):
        found.append("two components with one custom_id")
    if data.get("flags", 0) & (1 << 15) and data.get("content"):
        found.append("content beside components")
    return found
