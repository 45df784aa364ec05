import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';

describe('VPC flow logs', () => {
  test('take their columns from a header line, for that record only', () => {
    const text = 'version srcaddr start tcp-flags\n5 10.0.0.1 1773043964 18\n5 - 1773043965 -';
    const { messages, skipped } = runParser('aws-vpc-flow', {}, text);
    expect(skipped).toEqual(['header']);
    expect(messages).toMatchObject([
      { ip_src_addr: '10.0.0.1', 'aws.vpcflow.tcp_flag_names': ['syn', 'ack'], timestamp: 1_773_043_964_000 },
      { timestamp: 1_773_043_965_000 },
    ]);
    expect(runParser('aws-vpc-flow', {}, '5 10.0.0.1 1773043964 18').rejected).toHaveLength(1);
  });

  test('take their columns from the format as AWS shows it', () => {
    const format = '$' + '{srcaddr} $' + '{start} $' + '{vpc-id}';
    const { messages } = runParser('aws-vpc-flow', { format }, '10.0.0.1 1773043964 vpc-1');
    expect(messages).toMatchObject([{ ip_src_addr: '10.0.0.1', 'aws.vpcflow.vpc_id': 'vpc-1' }]);
  });

  test('read all columns of version 10: names stay text even when they are digits', () => {
    // AWS, "Flow log records", available fields of versions 2 to 10.
    const format =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status';
    const line =
      '10 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 1773043964 1773043974 REJECT OK vpc-1 subnet-1 i-1 2 IPv4 10.0.0.1 10.0.0.2 eu-central-1 euc1-az1 - - - S3 egress 8 arn:a 7 arn:b 8 9 10 11 arn:c arn:d 12 BPA tgw-1 1';
    const [message] = runParser('aws-vpc-flow', { format }, line).messages;
    expect(message).toMatchObject({
      'event.type': 'denied',
      'network.direction': 'egress',
      'aws.vpcflow.pkt_dst_aws_service': 'S3',
      'aws.vpcflow.traffic_path': 8,
      'aws.vpcflow.ecs_cluster_name': '7',
      'aws.vpcflow.ecs_service_name': '11',
      'aws.vpcflow.ecs_task_id': '12',
      'aws.vpcflow.reject_reason': 'BPA',
      'aws.vpcflow.resource_id': 'tgw-1',
      'aws.vpcflow.encryption_status': 1,
    });
  });

  test.each(['srcaddr dstaddr', 'START', 'a/b start'])('refuse the format %j', (format) => {
    expect(() => runParser('aws-vpc-flow', { format }, '')).toThrow(/parserConfig.format/);
  });

  test.each([
    '2 1',
    `${'x '.repeat(13)}x`,
    'CEF: a b c d e f g h i 01 2026 x y',
    '2 1 e 1.1.1.1 2.2.2.2 1 2 6 1 1 1773043964 1773043965 ACCEPT OK extra',
  ])('refuse the line %j', (line) => {
    expect(runParser('aws-vpc-flow', {}, line).rejected).toEqual([line]);
  });
});

describe('lists of JSON events', () => {
  const good = '{"eventTime":"2026-03-09T08:12:44Z","eventName":"X"}';

  test('lose nothing for a bad event among good ones', () => {
    const { messages, rejected } = runParser('aws-cloudtrail', {}, `{"Records":[${good},{"a":1},7,${good}]}`);
    expect(messages.map((message) => message['original_string'])).toEqual([good, good]);
    expect(rejected).toEqual(['{"a":1}', '7']);
  });

  test('that are empty are counted', () => {
    expect(runParser('aws-cloudtrail', {}, '{"Records":[]}').skipped).toEqual(['empty-list']);
  });

  test('may stand one a line, each a list of its own', () => {
    const { messages, rejected } = runParser(
      'aws-cloudtrail',
      {},
      `${good}\n{"Records":[${good},${good}]}\nnonsense\n`,
    );
    expect([messages.length, rejected]).toEqual([3, ['nonsense']]);
  });

  test('lose no line behind one that is broken', () => {
    const { messages, rejected } = runParser('aws-cloudtrail', {}, `{"eventTime":"2026\n${good}\n${good}`);
    expect([messages.length, rejected.length]).toEqual([2, 1]);
  });

  test('keep numbers that a double would change', () => {
    const [message] = runParser(
      'aws-cloudtrail',
      {},
      `${good.slice(0, -1)},"n":12345678901234567890}`,
    ).messages;
    expect(message).toMatchObject({ 'aws.cloudtrail.n': '12345678901234567890' });
  });

  test('cannot set what the parser sets', () => {
    const [message] = runParser(
      'okta',
      {},
      '{"published":"2026-03-09T08:12:44Z","eventType":"t","timestamp":1,"ip_src_addr":"x","__proto__":{"a":1}}',
    ).messages;
    expect(message).toMatchObject({
      timestamp: Date.UTC(2026, 2, 9, 8, 12, 44),
      'okta.timestamp': 1,
      'okta.ip_src_addr': 'x',
      'okta.__proto__.a': 1,
    });
    expect(message).not.toHaveProperty('ip_src_addr');
  });

  test.each([
    ['aws-cloudtrail', '{"eventTime":"soon","eventName":"X"}'],
    ['kubernetes-audit', '{"verb":"get"}'],
    ['okta', '{"published":"2026-03-09T08:12:44Z"}'],
    ['entra-id', '{"userPrincipalName":"x"}'],
    ['m365-audit', '{"Operation":"x"}'],
    ['okta', '"text"'],
    ['okta', '{'],
  ])('of %s refuse %s', (name, text) => {
    const { messages, failures } = runParser(name, {}, text);
    expect([messages.length, failures.length]).toEqual([0, 1]);
  });
});

test.each([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timeout', 'failure'],
  ['unknownFutureValue', undefined],
])('an audit of Entra ID with the result %s has the outcome %s', (result, outcome) => {
  const text = `{"activityDateTime":"2026-03-09T08:12:44Z","activityDisplayName":"x","result":"${result}"}`;
  expect(runParser('entra-id', {}, text).messages[0]!['event.outcome']).toBe(outcome);
});

describe('Kubernetes audit', () => {
  test('come from who was connected, whatever the client says of others', () => {
    const event = { verb: 'get', stageTimestamp: '2026-03-09T08:12:44.000000Z' };
    const run = (sourceIPs: string[]) =>
      runParser('kubernetes-audit', {}, JSON.stringify({ ...event, sourceIPs })).messages[0];
    expect(run(['203.0.113.9', '10.0.0.7'])).toMatchObject({
      ip_src_addr: '10.0.0.7',
      'client.ip': '203.0.113.9',
    });
    expect(run(['10.0.0.7'])).not.toHaveProperty(['client.ip']);
  });

  const text =
    '{"verb":"create","stageTimestamp":"2026-03-09T08:12:44.000001Z","requestObject":{"spec":{"hostPID":true}},"responseObject":null}';

  test('keeps the objects of requests whole, or flattens them when told to', () => {
    expect(runParser('kubernetes-audit', {}, text).messages[0]).toMatchObject({
      'kubernetes.audit.requestObject': { spec: { hostPID: true } },
    });
    expect(runParser('kubernetes-audit', { flattenObjects: true }, text).messages[0]).toMatchObject({
      'kubernetes.audit.requestObject.spec.hostPID': true,
    });
  });
});
