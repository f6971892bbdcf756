"""Storage of static files with a hash of their content in their names, also for imported JavaScript modules."""

from typing import Any, Final

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_django: Any = ManifestStaticFilesStorage
# The patterns for `import … from "./x.js";` and `import("./x.js")`. Django's own setting would apply them to vendor
# scripts too, which are no modules.
PATTERNS: Final = (*_django.patterns, ("js/*.js", _django._js_module_import_aggregation_patterns[1]))


class ManifestStorage(ManifestStaticFilesStorage):
    """Static files with a hash in their names, not compressed."""

    patterns = PATTERNS


class CompressedStorage(CompressedManifestStaticFilesStorage):
    """Static files with a hash in their names, compressed as well."""

    patterns = PATTERNS
