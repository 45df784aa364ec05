/** IBM DataPower (WebSphere) appliances: `<pri>Mmm d HH:mm:ss host [domain][code][type][severity] message`. */
export const webspherePatterns = String.raw`
WS_TIME (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d{2}:\d{2}:\d{2}
WS_START <%{NONNEGINT:priority}>?%{WS_TIME:timestamp_string} %{HOSTNAME:hostname}
WS_FIELDS (?:\[%{WORD:security_domain}\])?\[%{WORD:event_code}\]\[%{WORD:event_type}\]\[%{WORD:severity}\]
WEBSPHERE ^%{WS_START:UNWANTED} %{WS_FIELDS:UNWANTED} %{GREEDYDATA:message}
`;
