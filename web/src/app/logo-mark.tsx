export function LogoMark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Skopos">
      <title>Skopos</title>
      <rect width="32" height="32" rx="7" fill="var(--sk-accent)" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="16" r="9" />
        <path d="M16 3.500v5M16 23.500v5M3.500 16h5M23.500 16h5" />
      </g>
      <circle cx="16" cy="16" r="3.2" fill="#fff" />
    </svg>
  );
}
