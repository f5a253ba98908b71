# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
# dependencies first, so that a change of ours does not fetch them again
COPY pyproject.toml ./
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > /tmp/dependencies.txt \
    && /venv/bin/pip install -r /tmp/dependencies.txt
COPY README.md LICENSE NOTICE ./
COPY triage triage
COPY models models
COPY workers workers
COPY migrations migrations
# compiled here: the service runs on a read-only file system
RUN /venv/bin/pip install --no-deps --editable . \
    && /venv/bin/python -m compileall -q triage models workers migrations

FROM python:3.13-slim
# fixed numbers, so that docker-compose.yml can give /data to this user
RUN groupadd --gid 10001 triage \
    && useradd --uid 10001 --gid triage --home-dir /app --no-create-home --shell /usr/sbin/nologin triage \
    && install --directory --owner triage --group triage --mode 0700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    TRIAGE_HOST=0.0.0.0 TRIAGE_DATA_FOLDER=/data TRIAGE_LOG_FORMAT=json
USER triage
EXPOSE 8000
CMD ["python", "-m", "triage.api"]
