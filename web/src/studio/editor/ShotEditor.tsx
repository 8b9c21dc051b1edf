export function ShotEditor({ shotId }: { shotId: string }) {
  return <h1>{shotId}</h1>;
}
