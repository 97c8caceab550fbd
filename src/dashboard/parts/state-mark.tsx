/** A state by colour, shape and word at once. The shape is drawn by the style sheet, from `data-state`. */
export const StateMark = ({ state }: { readonly state: string }) => (
  <span class="state" data-state={state}>
    {state}
  </span>
);
