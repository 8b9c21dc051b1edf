export function TasksPane() {
  return <h2>Tasks</h2>;
}
