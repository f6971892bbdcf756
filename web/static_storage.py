"""Static files under names that carry their content, those our modules import included."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own patterns for every script would read those of others too, which are no modules.
OURS = "js/*.js"


class _WithModules:
    """The names in `import … from "./x.js";` and `import("./x.js")` of our scripts are replaced as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _every_script, patterns = ManifestStaticFilesStorage._js_module_import_aggregation_patterns  # type: ignore[attr-defined]
        self.patterns = (*self.patterns, (OURS, patterns))  # type: ignore[has-type]
        super().__init__(*args, **kwargs)


class ManifestStorage(_WithModules, ManifestStaticFilesStorage):
    """As they are."""


class CompressedStorage(_WithModules, CompressedManifestStaticFilesStorage):
    """Compressed too."""
