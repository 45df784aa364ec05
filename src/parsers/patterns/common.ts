/**
 * Names for what log lines are made of, as Grok users know them. Expressions here keep to what V8's linear engine can run
 * wherever that gives the same matches: no back-references, look-ahead only where the text behind usually settles it, so that
 * `regex-simplify.ts` takes it out again. References marked `UNWANTED` leave no field behind.
 */
export const commonPatterns =
  String.raw`
# Words and numbers
WORD \b\w+\b
NOTSPACE \S+
SPACE \s*
DATA .*?
GREEDYDATA .*
USERNAME [\w.-]+
USER %{USERNAME:UNWANTED}
EMAILLOCALPART [0-9A-Za-z!#$%&'*+/=?^_{|}~-]+(?:\.[0-9A-Za-z!#$%&'*+/=?^_{|}~-]+)*
EMAILADDRESS %{EMAILLOCALPART:UNWANTED}@%{HOSTNAME:UNWANTED}
INT [+-]?\d+
POSINT \b[1-9]\d*\b
NONNEGINT \b\d+\b
# A decimal number is taken whole or not at all: 12.5 is never read as 12 or 1.
BASE10NUM (?<![\d.+-])(?>[+-]?(?:\d+(?:\.\d+)?|\.\d+))
NUMBER %{BASE10NUM:UNWANTED}
BASE16NUM (?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+
BASE16FLOAT \b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b
BOOLEAN \b(?:true|false|TRUE|FALSE|True|False)\b
UUID [0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}
QUOTEDSTRING (?<!\\)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` +
  '`(?:[^`\\\\]|\\\\.)*`' +
  String.raw`)
QS %{QUOTEDSTRING:UNWANTED}

# Networks: RFC 4291 text forms of IPv6, the longer ones first, an embedded IPv4 address before them, a zone (RFC 4007) after them
CISCOMAC [0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}
WINDOWSMAC [0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}
COMMONMAC [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}
MAC %{COMMONMAC:UNWANTED}|%{WINDOWSMAC:UNWANTED}|%{CISCOMAC:UNWANTED}
IPV4OCTET (?:25[0-5]|2[0-4]\d|[01]?\d\d?)
IPV4 (?<!\d)%{IPV4OCTET:UNWANTED}\.%{IPV4OCTET:UNWANTED}\.%{IPV4OCTET:UNWANTED}\.%{IPV4OCTET:UNWANTED}\b
IPV6GROUP [0-9A-Fa-f]{1,4}
IPV6WITHIPV4 (?:(?:%{IPV6GROUP:UNWANTED}:){6}|::(?:%{IPV6GROUP:UNWANTED}:){0,5}|%{IPV6GROUP:UNWANTED}::(?:%{IPV6GROUP:UNWANTED}:){0,4}|(?:%{IPV6GROUP:UNWANTED}:){2}:(?:%{IPV6GROUP:UNWANTED}:){0,3}|(?:%{IPV6GROUP:UNWANTED}:){3}:(?:%{IPV6GROUP:UNWANTED}:){0,2}|(?:%{IPV6GROUP:UNWANTED}:){4}:(?:%{IPV6GROUP:UNWANTED}:)?|(?:%{IPV6GROUP:UNWANTED}:){5}:)%{IPV4:UNWANTED}
IPV6COMPRESSED (?:%{IPV6GROUP:UNWANTED}(?::%{IPV6GROUP:UNWANTED}){7}|%{IPV6GROUP:UNWANTED}:(?::%{IPV6GROUP:UNWANTED}){1,6}|(?:%{IPV6GROUP:UNWANTED}:){2}(?::%{IPV6GROUP:UNWANTED}){1,5}|(?:%{IPV6GROUP:UNWANTED}:){3}(?::%{IPV6GROUP:UNWANTED}){1,4}|(?:%{IPV6GROUP:UNWANTED}:){4}(?::%{IPV6GROUP:UNWANTED}){1,3}|(?:%{IPV6GROUP:UNWANTED}:){5}(?::%{IPV6GROUP:UNWANTED}){1,2}|(?:%{IPV6GROUP:UNWANTED}:){6}:%{IPV6GROUP:UNWANTED}|(?:%{IPV6GROUP:UNWANTED}:){1,7}:|::%{IPV6GROUP:UNWANTED}(?::%{IPV6GROUP:UNWANTED}){0,6}|::)
IPV6 (?:%{IPV6WITHIPV4:UNWANTED}|%{IPV6COMPRESSED:UNWANTED})(?:%[\w.~-]+)?
IP (?:%{IPV4:UNWANTED}|%{IPV6:UNWANTED})
HOSTNAME \b[0-9A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z][0-9A-Za-z-]*)*\.?
HOST %{HOSTNAME:UNWANTED}
IPORHOST (?:%{HOSTNAME:UNWANTED}|%{IP:UNWANTED})
HOSTPORT %{IPORHOST}:%{POSINT:PORT}

# Paths and addresses of resources
UNIXPATH (?:/(?:[\w%!$@:.,~+-]|\\.)*)+
WINPATH (?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+
PATH (?:%{UNIXPATH}|%{WINPATH})
TTY /dev/(?:pts|tty[pq]?)(?:\w+)?/?\d+
URIPROTO [A-Za-z][A-Za-z0-9+.-]*
URIHOST %{IPORHOST}(?::%{POSINT:port})?
URIPATH (?:/[\w$.+!*'(){},~:;=@#%&-]*)+
URIPARAM \?[\w$.+!*'|(){},~@#%&/=:;?\[\]<>-]*
URIPATHPARAM %{URIPATH}(?:%{URIPARAM})?
URI %{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?

# Times
MONTH \b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b
MONTHNUM (?:0?[1-9]|1[0-2])
MONTHNUM2 (?:0[1-9]|1[0-2])
MONTHDAY (?:0[1-9]|[12]\d|3[01]|[1-9])
DAY (?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)
YEAR \d\d(?:\d\d)?
HOUR (?:2[0-3]|[01]?\d)
MINUTE [0-5]\d
SECOND (?:[0-5]?\d|60)(?:[.,:]\d+)?
TIME %{HOUR}:%{MINUTE}:%{SECOND}(?!\d)
DATE_US %{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}
DATE_EU %{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}
DATE %{DATE_US}|%{DATE_EU}
ISO8601_TIMEZONE (?:Z|[+-]%{HOUR}:?%{MINUTE})
ISO8601_SECOND %{SECOND}
TIMESTAMP_ISO8601 %{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?
TZ (?:[PMCE][SD]T|UTC)
DATESTAMP (?:%{DATE})[- ]%{TIME}
DATESTAMP_RFC822 %{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}
DATESTAMP_RFC2822 %{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}
DATESTAMP_OTHER %{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}
DATESTAMP_EVENTLOG %{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}
HTTPDATE %{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}

# Syslog (RFC 3164)
SYSLOGTIMESTAMP %{MONTH} +%{MONTHDAY} %{TIME}
PROG [\w./%-]+
SYSLOGPROG %{PROG:program}(?:\[%{POSINT:pid}\])?
SYSLOGHOST %{IPORHOST}
SYSLOGFACILITY <%{NONNEGINT:facility}\.%{NONNEGINT:priority}>
SYSLOGPRIORITY <%{POSINT:syslog_pri}>
SYSLOGBASE %{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:
MESSAGESLOG %{SYSLOGBASE} %{DATA}
LOGLEVEL (?i:alert|trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?)

# Web servers: the Common Log Format and its extension
COMMONAPACHELOG %{IPORHOST:clientip} %{USER:ident} %{USER:auth} \[%{HTTPDATE:timestamp}\] "(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})" %{NUMBER:response} (?:%{NUMBER:bytes}|-)
COMBINEDAPACHELOG %{COMMONAPACHELOG} %{QS:referrer} %{QS:agent}
HTTPD_COMMONLOG %{COMMONAPACHELOG}
HTTPD_COMBINEDLOG %{COMBINEDAPACHELOG}
HTTPDUSER (?:%{EMAILADDRESS:UNWANTED}|%{USER:UNWANTED})
HTTPDERROR_DATE %{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}
HTTPD20_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\] (?:\[client %{IPORHOST:clientip}\] )?%{GREEDYDATA:errormsg}
HTTPD24_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:module})?:%{LOGLEVEL:loglevel}\] \[pid %{POSINT:pid}(?::tid %{INT:tid})?\](?: \([^)]*\)[^:]*:)?(?: \[client %{IPORHOST:clientip}(?::%{POSINT:clientport})?\])?(?: %{NOTSPACE:errorcode}:)? %{GREEDYDATA:errormsg}
HTTPD_ERRORLOG (?:%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG})

# Further names of Logstash's library
URN urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:[0-9A-Za-z()+,.:=@;$_!*'/?#%-]+
URIQUERY [\w$.+!*'|(){},~@#%&/=:;?\[\]<>-]*
ISO8601_HOUR (?:2[0-4]|[01]\d)
EVENTLOG %{DATESTAMP_EVENTLOG}
SYSLOG5424PRINTASCII [!-~]+
SYSLOG5424PRI <%{NONNEGINT:syslog5424_pri}>
SYSLOG5424SD \[[^\]]*\]
SYSLOG5424BASE %{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver} +(?:-|%{TIMESTAMP_ISO8601:syslog5424_ts}) +(?:-|%{IPORHOST:syslog5424_host}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_app}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_proc}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_msgid}) +(?:-|%{SYSLOG5424SD:syslog5424_sd})
SYSLOG5424LINE %{SYSLOG5424BASE}(?: +%{GREEDYDATA:syslog5424_msg})?
SYSLOGLINE %{SYSLOGBASE} %{GREEDYDATA:message}
CRON_ACTION [A-Z ]+
CRONLOG %{SYSLOGBASE} \(%{USER:user}\) %{CRON_ACTION:action} \(%{DATA:message}\)
`;
