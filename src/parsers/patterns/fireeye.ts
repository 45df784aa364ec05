/** FireEye alerts: the syslog header with the alert's id, and the parts of an alert that is too long for one line. */
export const fireEyePatterns = String.raw`
UID [0-9]+
FIREEYE_BASE ^<%{NONNEGINT:priority}>%{SYSLOGTIMESTAMP:timestamp_string} %{IPORHOST:hostname} fenotify-%{UID:uid}
FIREEYE_MAIN %{FIREEYE_BASE:UNWANTED}\.alert: %{GREEDYDATA:message}
FIREEYE_SUB %{FIREEYE_BASE:UNWANTED}\.%{INT:part}\.alert: %{GREEDYDATA:message}
`;
