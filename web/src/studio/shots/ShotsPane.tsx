export function ShotsPane() {
  return <h1>Shots</h1>;
}
