/** What one pass adds up to while it is being scheduled. */
export class PassPlan {
  /** Token budget left. */
  budget = 0;
  /** Requests with prompt tokens in this pass, the sum of their prompt lengths after it, and of what was computed before it. */
  prefillRequests = 0;
  sumIsl = 0;
  sumPrefix = 0;
  scheduled = 0;
  preempted = 0;

  begin(budget: number): void {
    this.budget = budget;
    this.prefillRequests = 0;
    this.sumIsl = 0;
    this.sumPrefix = 0;
    this.scheduled = 0;
    this.preempted = 0;
  }
}
