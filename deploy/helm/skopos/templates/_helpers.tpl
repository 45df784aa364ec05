{{- define "skopos.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "skopos.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Of one component: (list . "work") */}}
{{- define "skopos.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "skopos.secret" -}}
{{ .Values.existingSecret | default (include "skopos.fullname" .) }}
{{- end }}

{{/* cluster.json: what the values say, and what is enabled here for the rest. */}}
{{- define "skopos.cluster" -}}
{{- $bus := .Values.cluster.bus -}}
{{- $index := .Values.cluster.index -}}
{{- $name := include "skopos.fullname" . -}}
{{- if empty $bus -}}
{{- if not .Values.kafka.enabled }}{{ fail "name your brokers in cluster.bus, or enable kafka" }}{{ end -}}
{{- $bus = dict "type" "kafka" "brokers" (list (printf "%s-kafka:9092" $name)) "replication" 1 -}}
{{- end -}}
{{- if empty $index -}}
{{- if not .Values.opensearch.enabled }}{{ fail "name your cluster in cluster.index, or enable opensearch" }}{{ end -}}
{{- $password := dict "env" "OPENSEARCH_PASSWORD" -}}
{{- $index = dict "type" "opensearch" "nodes" (list (printf "https://%s-opensearch:9200" $name)) "username" "admin" "password" $password "tls" (dict "rejectUnauthorized" false) -}}
{{- end -}}
{{- $cluster := dict "bus" $bus "index" $index -}}
{{- if not (empty .Values.cluster.store) }}{{ $_ := set $cluster "store" .Values.cluster.store }}{{ end -}}
{{- if not (empty .Values.cluster.config) }}{{ $_ := set $cluster "config" .Values.cluster.config }}{{ end -}}
{{ toPrettyJson $cluster }}
{{- end }}

{{/* A pod of Skopos: (dict "root" . "component" "work" "role" .Values.roles.work "roles" "work" "data" "emptyDir") */}}
{{- define "skopos.pod" -}}
{{- $root := .root -}}
metadata:
  labels:
    {{- include "skopos.selector" (list $root .component) | nindent 4 }}
  annotations:
    # cluster.json is read at the start: what changes in it starts the pods anew.
    checksum/cluster: {{ include "skopos.cluster" $root | sha256sum }}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 60
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: { type: RuntimeDefault }
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: skopos
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [up, --role, {{ .roles | quote }}, --host, "0.0.0.0", --data, /var/lib/skopos, --config, /etc/skopos]
      env:
        - name: SKOPOS_PASSWORD
          valueFrom: { secretKeyRef: { name: {{ include "skopos.secret" $root }}, key: password } }
        - name: OPENSEARCH_PASSWORD
          valueFrom: { secretKeyRef: { name: {{ include "skopos.secret" $root }}, key: opensearch, optional: true } }
      ports:
        - { name: http, containerPort: 8787 }
        {{- range .ports }}
        - { name: {{ .name }}, containerPort: {{ .targetPort }}, protocol: {{ .protocol }} }
        {{- end }}
      startupProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 2, failureThreshold: 60 }
      livenessProbe: { httpGet: { path: /health/live, port: http }, periodSeconds: 10, timeoutSeconds: 5 }
      readinessProbe: { httpGet: { path: /health/ready, port: http }, periodSeconds: 5, timeoutSeconds: 5 }
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      {{- with .role.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - { name: config, mountPath: /etc/skopos, readOnly: true }
        - { name: data, mountPath: /var/lib/skopos }
        - { name: cache, mountPath: /var/cache/skopos }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: config
      projected:
        sources:
          - configMap:
              name: {{ include "skopos.fullname" $root }}
              items:
                - { key: cluster.json, path: cluster.json }
                {{- range $path, $text := $root.Values.config }}
                - { key: {{ $path | replace "/" "__" | quote }}, path: {{ $path | quote }} }
                {{- end }}
    - name: cache
      emptyDir: {}
    - name: tmp
      emptyDir: {}
    {{- if .emptyDir }}
    - name: data
      emptyDir: {}
    {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
