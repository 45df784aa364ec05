import { useMantineColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { BarChart, type BarSeriesOption } from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../../app/preferences.ts';
import { SEVERITIES } from '../../severity/severity.ts';
import classes from './bars-chart.module.css';
import { BrushOverlay } from './brush-overlay.tsx';
import { FIELD } from './chart-field.ts';
import type { HistogramData } from './histogram-panel.tsx';

use([BarChart, GridComponent, CanvasRenderer]);
type Option = ComposeOption<BarSeriesOption | GridComponentOption>;

export default function BarsChart({
  data,
  onZoom,
}: {
  data: HistogramData;
  onZoom: (from: number, to: number) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const [width, setWidth] = useState(0);
  const { colorScheme } = useMantineColorScheme();
  const systemDark = useSystemDark();
  const { zone } = usePreferences();
  const still = useReducedMotion();

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = init(element, null, { renderer: 'canvas', useDirtyRect: false });
    chart.current = made;
    const sizes = new ResizeObserver(() => {
      made.resize();
      setWidth(element.clientWidth);
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the custom properties that are read
  useEffect(() => {
    if (host.current)
      chart.current?.setOption(optionOf(data, host.current, zone === 'utc', !still), { notMerge: true });
  }, [data, zone, still, colorScheme, systemDark]);

  return (
    <div className={classes.chart}>
      <div ref={host} className={classes.canvas} aria-hidden="true" />
      <BrushOverlay data={data} width={width} onZoom={onZoom} />
    </div>
  );
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const media = matchMedia('(prefers-color-scheme: dark)');
    const listen = () => setDark(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, []);
  return dark;
}

function optionOf(data: HistogramData, element: HTMLElement, useUTC: boolean, animation: boolean): Option {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const half = data.interval / 2;
  return {
    useUTC,
    animation,
    animationDuration: 150,
    animationDurationUpdate: 150,
    textStyle: { fontFamily: style.fontFamily },
    grid: { ...FIELD, outerBoundsMode: 'none' },
    xAxis: {
      type: 'time',
      min: data.from,
      max: data.to,
      axisLine: { lineStyle: { color: color('--sk-border') } },
      axisTick: { show: false },
      axisLabel: {
        color: color('--sk-dim'),
        fontSize: 11,
        hideOverlap: true,
        margin: 7,
        showMinLabel: false,
        showMaxLabel: false,
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      splitNumber: 2,
      minInterval: 1,
      axisLabel: { color: color('--sk-dim'), fontSize: 11, formatter: short },
      splitLine: { lineStyle: { color: color('--sk-border'), opacity: 0.6 } },
    },
    // The most severe lies at the bottom, where its height can be compared.
    series: SEVERITIES.map((severity) => ({
      type: 'bar',
      stack: 'all',
      barCategoryGap: '12%',
      barMaxWidth: 40,
      silent: true,
      itemStyle: { color: color(`--sk-${severity}`) },
      data: data.buckets.map((bucket) => [bucket.time + half, bucket[severity]]),
    })),
  };
}

function short(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`;
  return value >= 10_000 ? `${value / 1000} k` : String(value);
}
